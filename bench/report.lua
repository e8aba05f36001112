-- Paths after the URL are asked for in turn.
local paths, turn = {}, 0

function init(args)
  paths = args
  if #paths > 0 then
    request = function()
      turn = turn % #paths + 1
      return wrk.format(nil, paths[turn])
    end
  end
end

-- What wrk says at its end, as one line of JSON; it hooks into no request and no answer.
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\nREPORT {"requests": %d, "microseconds": %d, "bytes": %d, "p50": %.0f, "p99": %.0f, "longest": %.0f, '
    .. '"errors": {"connect": %d, "read": %d, "write": %d, "timeout": %d, "status": %d}}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max,
    e.connect, e.read, e.write, e.timeout, e.status))
end
