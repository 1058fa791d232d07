"""The frame, the session, the server and its routes, jobs on screen."""
