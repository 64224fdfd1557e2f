"""The way in: find an order, prove the e-mail address."""
