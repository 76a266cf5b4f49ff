"""The gunicorn of the peers `textbook` and `limit`: as many workers and threads as the project's own."""

worker_class = "gthread"
workers = 2
threads = 8
keepalive = 95
worker_tmp_dir = "/dev/shm"  # noqa: S108 - memory, as in the project's own configuration
control_socket_disable = True
