"""What conversations are called: each is held in one ticket."""


def of_return(return_id: str) -> str:
    """All that is said about a return."""
    return f"return#{return_id}"


def behind(ticket_id: str) -> str:
    """What goes on after that ticket was closed."""
    return f"after#{ticket_id}"
