-- For wrk: asks for the paths of a file in turn and prints one line of JSON at the end.
-- Arguments: the file, the method, and for writes a body in which {number} and {price} change with every request.

local threads = 0

function setup(thread)
   thread:set("share", threads)
   threads = threads + 1
end

function init(arguments)
   paths, method, body = {}, arguments[2], arguments[3]
   for line in io.lines(arguments[1]) do
      paths[#paths + 1] = line
   end
   -- Threads begin at different places, so that they do not ask for the same at the same time.
   position = math.floor(share * #paths / 2)
   if not body then
      for index, path in ipairs(paths) do
         paths[index] = wrk.format(method, path)
      end
   end
end

function request()
   local path = paths[position % #paths + 1]
   position = position + 1
   if not body then
      return path
   end
   local number = share * 1000000 + position
   local price = string.format("%d.%02d", number * 7 % 900 + 1, number % 100)
   return wrk.format(method, path, nil, (body:gsub("{number}", number):gsub("{price}", price)))
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      'RESULT {"requests": %d, "seconds": %.4f, "bytes": %d, "p50": %.3f, "p99": %.3f, "errors": %d}\n',
      summary.requests, summary.duration / 1e6, summary.bytes,
      latency:percentile(50) / 1000, latency:percentile(99) / 1000,
      errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
