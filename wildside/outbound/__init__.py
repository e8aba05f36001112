"""How the outside answers: one folder or file a technology."""
