"""What is logged: structured lines with ids, codes and numbers, and nothing personal."""

from aws_lambda_powertools import Logger

logger = Logger()
