"""The gateway asks before it lets a store's or partner's system in."""
