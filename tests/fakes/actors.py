"""The actors in tests: an operator, and the functions for which a test calls a room."""

from aftercare.kernel.actor import operator, system

SOMEBODY = system("tests")
LI = operator("Li")
MAILER = system("mailer")
SALES_INGEST = system("sales_ingest")
CODES_EXPORT = system("codes_export")
CODES_DOWNLOAD = system("codes_download")
