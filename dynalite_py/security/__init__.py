"""Who may: signatures and the access keys that make them."""
