"""Who may: signatures, the access keys that make them, and policies as documents."""
