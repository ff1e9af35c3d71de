"""What the desk asks of the server: its seat, a case's drawer, presses, the search, and saved views."""
