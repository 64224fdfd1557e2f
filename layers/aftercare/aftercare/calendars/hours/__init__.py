"""During which hours business is done: a door of the room beside its days, in UTC instants."""
