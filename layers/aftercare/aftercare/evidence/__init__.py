"""Evidence: what a customer shows of a defect."""
