/** The scenario that `z6 init` writes: small, complete, and explaining itself. */

/** Text of a starter scenario; it loads without problems or warnings. */
export const TEMPLATE_SCENARIO = `# A load test for Z6. Check it with: z6 validate scenario.toml

[metadata]
name = "My first load test"

[runtime]
duration_seconds = 30            # or iterations = 100, for each user
vus = 10                         # virtual users at the same time
prng_seed = 42                   # the same seed makes the same choices; remove it to draw a new one each run

[target]
base_url = "http://127.0.0.1:8080"

# Each user picks one of these again and again, in proportion to the weights.

[[requests]]
name = "home"
method = "GET"
path = "/"
timeout_ms = 5000
weight = 3

[[requests]]
name = "create_item"
method = "POST"
path = "/items"
headers = { "Content-Type" = "application/json" }
body = '''{"name": "example"}'''
weight = 1

# More or fewer users over time, for example a slow start:
# [schedule]
# type = "ramp"                  # also "constant", "spike", "steps"
# ramp_duration_seconds = 10
# hold_duration_seconds = 20

[think_time]
type = "random"                  # a pause after each request
min_ms = 50
max_ms = 150

# The run passes (exit code 0) when all of these hold.
[assertions]
p99_latency_ms = 500
error_rate_max = 0.01
`;
