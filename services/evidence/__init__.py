"""Evidence: what a partnership was asked to send, what was found out, and which indicators it bears on."""
