-- One operation over REST, with the keys that pgbench draws too: see the scripts in pgbench/.
local operation = os.getenv("OPERATION")
local users = tonumber(os.getenv("USERS"))
local from = tonumber(os.getenv("FROM"))
local celebrities = os.getenv("CELEBRITIES") == "one"

local number = from
math.randomseed(from + os.time())

local function anybody()
    return math.random(0, users - 1)
end

-- Celebrity-heavy, as the graph is.
local function somebody()
    return celebrities and 0 or math.floor(users * math.random() ^ 3)
end

-- The pair of a number, as graph.sql has it. Doubles hold products up to 2^53 exactly: so each factor is reduced first.
local function pair()
    number = number + 1
    local follower = ((number % users) * (2654435761 % users)) % users
    local followed = math.floor(users * ((((number % 1000003) * 40503) % 1000003) / 1000003) ^ 3)
    return follower, followed
end

local function following(method, follower, followed)
    return wrk.format(method, "/v1/users/u" .. follower .. "/following/u" .. followed)
end

local function followers()
    return wrk.format("GET", "/v1/users/u" .. somebody() .. "/followers?limit=20")
end

local function profile()
    return wrk.format("GET", "/v1/users/u" .. somebody())
end

local function follow()
    return following("PUT", anybody(), somebody())
end

local operations = {
    follow = follow,
    unfollow = function() return following("DELETE", pair()) end,
    check = function() return following("GET", anybody(), somebody()) end,
    user = profile,
    page = followers,
    -- LinkBench's mix of link operations (Armstrong and others, SIGMOD 2013)
    mixed = function()
        local dice = math.random() * 100
        if dice < 66.6 then return followers() end
        if dice < 66.6 + 11.8 + 10.5 then return follow() end
        if dice < 66.6 + 11.8 + 10.5 + 6.4 then return profile() end
        if dice < 66.6 + 11.8 + 10.5 + 6.4 + 3.9 then return following("DELETE", anybody(), somebody()) end
        return following("GET", anybody(), somebody())
    end,
}

request = operations[operation]

-- No response(): wrk would hand every answer over to Lua, on the cores that are measured. Answers that are errors are
-- counted by the service (see Bench.java).
function done(summary, latency)
    io.write(string.format("RESULT %.1f %.3f %.3f %d %d\n",
        summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
        summary.requests))
end
