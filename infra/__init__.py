"""What is deployed and run beside the functions."""
