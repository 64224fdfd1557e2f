"""Staff: who is signed in to the console, and what each role may do."""
