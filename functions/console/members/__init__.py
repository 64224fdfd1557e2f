"""Who is signed in where: one's own sessions, and those of colleagues."""
