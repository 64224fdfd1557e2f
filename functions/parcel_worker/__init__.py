"""Works off what carriers say of parcels."""
