"""The only rooms that touch files, git, processes, HTTP and the environment of Actions."""
