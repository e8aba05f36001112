-- What many people do, one after the other: read what they chose, choose anew, write a note.
-- Words: what, path, eight hexadecimal digits of this round, a file of people, bodies that are sent in turn.
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "report.lua")

local what, path, round, people, bodies = nil, nil, nil, {}, {}
local asked = 0

function init(args)
  what, path, round = args[1], args[2], args[3]
  for line in io.lines(args[4]) do
    local name, value, revision = line:match("([^\t]*)\t([^\t]*)\t(%d+)")
    people[#people + 1] = {name = name, value = value, revision = tonumber(revision)}
  end
  for place = 5, #args do bodies[#bodies + 1] = args[place] end
end

local function identity(kind)
  return string.format("%s-0000-4%03d-8000-%012x", round, kind, asked)
end

local makes = {
  read = function(who)
    return wrk.format("GET", path, {[who.name] = who.value})
  end,
  -- Nobody is asked for anew before all others were, so that the answer has come by then.
  replace = function(who)
    local body = bodies[who.revision % #bodies + 1]:gsub("REVISION", who.revision)
    who.revision = who.revision + 1
    return wrk.format("PUT", path, {[who.name] = who.value, ["Content-Type"] = "application/json"}, body)
  end,
  write = function(who)
    local headers = {[who.name] = who.value, ["Content-Type"] = "application/json"}
    headers["Idempotency-Key"] = identity(1)
    return wrk.format("POST", path, headers, (bodies[1]:gsub("NOTE", identity(2))))
  end,
}

function request()
  asked = asked + 1
  -- The first time wrk only looks what will be asked, and sends nothing.
  if asked == 1 then return wrk.format("GET", path) end
  return makes[what](people[asked % #people + 1])
end
