"""Takes in the mails that SES received for the service desk."""
