"""What everybody may read: contact, privacy, accessibility, how to unbox."""
