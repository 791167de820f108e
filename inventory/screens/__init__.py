"""How the desk looks: what a session shows, laid out in cells and drawn. It asks no database."""
