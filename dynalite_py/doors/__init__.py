"""The doors: each turns one kind of client's calls into (operation, request, caller) and back."""
