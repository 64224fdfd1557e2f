"""Evidence: photos of a defect, uploaded by the customer and screened."""
