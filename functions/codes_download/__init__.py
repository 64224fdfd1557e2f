"""Downloads a batch's file by its one-time link."""
