-- Sends the requests of a file in turn, one line each, with the headers an AWS SDK sends.
--   wrk -t1 -c8 -d5s -s load.lua URL -- FILE FIRST
-- A line is an operation, a space, and a body. "@FRESH@@" in a body becomes a number that no other
-- request has, counted from FIRST. All requests are formatted before the first is sent, so that the
-- generator costs next to nothing.
local requests, fresh, turn, following = {}, {}, 0, 0

function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-amz-json-1.0"
  wrk.headers["X-Amz-Date"] = "20260101T000000Z"
  wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/"
    .. "aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=00"
  following = tonumber(arguments[2])
  for line in io.lines(arguments[1]) do
    local operation, body = line:match("^(%a+) (.*)$")
    wrk.headers["X-Amz-Target"] = "DynamoDB_20120810." .. operation
    requests[#requests + 1] = wrk.format(nil, nil, nil, body)
    fresh[#requests] = body:find("@FRESH@@", 1, true) ~= nil
  end
end

function request()
  turn = turn % #requests + 1
  if fresh[turn] then
    following = following + 1
    return (requests[turn]:gsub("@FRESH@@", string.format("%08d", following)))
  end
  return requests[turn]
end

-- One line for the caller: answers, microseconds, answers that were no 200, failed sockets, and the
-- latency in microseconds that half, and 99 of 100, stay below.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %d %d\n",
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
