"""The returns room's events; the subject of each is the return's id."""

SUBMITTED = "return.submitted"
APPROVED = "return.approved"
DECLINED = "return.declined"
LABEL_READY = "return.label_ready"
LABEL_FAILED = "return.label_failed"
