"""Ways through every function in its usual case, whose invocations are counted one by one."""
