"""The foundation of every room: clock, ids, configuration, errors, tables, timeline."""
