"""The review room: worklists out, decisions in."""
