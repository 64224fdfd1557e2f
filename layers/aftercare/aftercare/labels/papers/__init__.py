"""What goes with a parcel beside its label, as PDF on the customer's paper (R-BRD-05)."""
