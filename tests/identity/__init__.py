"""Who somebody is: tokens of every kind of issuer, sessions, and what is called back."""
