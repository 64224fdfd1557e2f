"""What the returns room tells the bus; each entry's subject is the return's id."""

SUBMITTED = "return.submitted"
APPROVED = "return.approved"
DECLINED = "return.declined"
LABEL_READY = "return.label_ready"
LABEL_FAILED = "return.label_failed"
