using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;

namespace SumSocket.SystemTests.Harness;

/// <summary>
/// A page in a headless Chromium, led over its DevTools protocol, with everything the page said and requested from the network.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];
    private string? _session;
    private int _lastId;

    private Chromium(ChildProcess process, string profile)
    {
        _process = process;
        _profile = profile;
    }

    /// <summary>What went to the console, and exceptions that were not caught.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Every address that was requested.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Starts it with an empty page.</summary>
    public static async Task<Chromium> StartAsync()
    {
        Tools.Require("chromium");
        string profile = Directory.CreateTempSubdirectory("sumsocket-chromium-").FullName;
        ChildProcess process = ChildProcess.Start(
            "chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank",
            ]);
        Chromium chromium = new(process, profile);
        string address = (await process.Error.MatchAsync(@"^DevTools listening on (ws://\S+)")).Groups[1].Value;
        await chromium._socket.ConnectAsync(new Uri(address), TestContext.Current.CancellationToken);
        JsonNode target = await chromium.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        JsonNode attached = await chromium.CallAsync(
            "Target.attachToTarget", new JsonObject { ["targetId"] = target["targetId"]!.DeepClone(), ["flatten"] = true });
        chromium._session = attached["sessionId"]!.GetValue<string>();
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
            await chromium.CallAsync($"{domain}.enable", []);
        return chromium;
    }

    /// <summary>Opens a file in a window so many pixels wide, in the light or the dark.</summary>
    public async Task OpenAsync(string file, int width = 1280, bool dark = false)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width,
            ["height"] = 900,
            ["deviceScaleFactor"] = 1,
            ["mobile"] = false,
        });
        await CallAsync("Emulation.setEmulatedMedia", new JsonObject
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }),
        });
        await CallAsync("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri });
        await Patience.ForAsync(ReceiveAsync(message => (string?)message["method"] == "Page.loadEventFired"), "loaded page");
    }

    /// <summary>What a script expression is in the page, or what its promise becomes, as JSON.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        JsonObject call = new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true };
        JsonNode answer = await CallAsync("Runtime.evaluate", call);
        if (answer["exceptionDetails"] is { } failure)
            Assert.Fail($"{expression}: {failure.ToJsonString()}");
        return JsonSerializer.SerializeToElement(answer["result"]!["value"]);
    }

    /// <summary>What axe finds wrong with the page for people with disabilities: the rule, and where.</summary>
    public async Task<List<string>> FindFaultsAsync()
    {
        await EvaluateAsync(new BundledAxeScriptProvider().GetScript() + ";0");
        JsonElement found = await EvaluateAsync(
            "axe.run().then(found => found.violations.flatMap(one => one.nodes.map(node => one.id + ': ' + node.html.slice(0, 200))))");
        return [.. found.EnumerateArray().Select(one => one.GetString()!)];
    }

    /// <summary>Moves the pointer to a place in the window.</summary>
    public Task PointAsync(double x, double y) =>
        CallAsync("Input.dispatchMouseEvent", new JsonObject { ["type"] = "mouseMoved", ["x"] = x, ["y"] = y });

    /// <summary>A picture of the whole page.</summary>
    public async Task<byte[]> CaptureAsync()
    {
        JsonNode shot = await CallAsync("Page.captureScreenshot", new JsonObject { ["captureBeyondViewport"] = true });
        return Convert.FromBase64String(shot["data"]!.GetValue<string>());
    }

    /// <summary>The page on paper, as PDF.</summary>
    public async Task<byte[]> PrintAsync() =>
        Convert.FromBase64String((await CallAsync("Page.printToPDF", []))["data"]!.GetValue<string>());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        int id = ++_lastId;
        JsonObject call = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
            call["sessionId"] = _session;
        await _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(
                call), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        JsonNode answer = await Patience.ForAsync(
            ReceiveAsync(message => (int?)message["id"] == id), $"answer to {method}", () => _process.Error.Text);
        return answer["result"] ?? throw new InvalidOperationException($"{method}: {answer.ToJsonString()}");
    }

    /// <summary>Takes messages, and notes what they say, up to the one looked for.</summary>
    private async Task<JsonNode> ReceiveAsync(Func<JsonNode, bool> isIt)
    {
        byte[] buffer = new byte[65_536];
        while (true)
        {
            using MemoryStream whole = new();
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
                whole.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            JsonNode message = JsonNode.Parse(whole.ToArray())!;
            Note(message);
            if (isIt(message))
                return message;
        }
    }

    private void Note(JsonNode message)
    {
        if ((string?)message["method"] is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded")
            _complaints.Add(message["params"]!.ToJsonString());
        else if ((string?)message["method"] == "Network.requestWillBeSent")
            _requests.Add(message["params"]!["request"]!["url"]!.GetValue<string>());
    }
}
