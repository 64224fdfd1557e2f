"""Finding a return by what a customer, a parcel or a product says."""
