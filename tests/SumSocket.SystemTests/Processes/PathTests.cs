using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary><c>path</c> against what stands between in practice.</summary>
public sealed class PathTests
{
    [Fact(Timeout = 60_000)]
    public async Task Finds_that_a_path_is_direct()
    {
        JsonElement found = await RunAsync(Programs.TcpClient, "path", "--loopback", "--json");
        Result(found, "addresses").Should().Be("same");
        Result(found, "tcp_end").Should().Be("direct");
        Result(found, "half_close").Should().Be("passes");
        Result(found, "reset").Should().Be("passes");
        Result(found, "buffers").Should().Be("full");
        Evidence(found, "buffers", "taken_bytes").GetInt64().Should().BeInRange(14 * 1024, 4 * 1024 * 1024);
        Verdict(found).Should().StartWith("The path is direct");
    }

    [Fact(Timeout = 60_000)]
    public async Task Finds_where_TLS_ends_and_that_it_is_resumed()
    {
        JsonElement found = await RunAsync(Programs.TcpClient, "path", "--loopback", "--tls", "--json");
        Result(found, "tls").Should().Be("secure");
        Evidence(found, "tls", "resumed").GetBoolean().Should().BeFalse();
        Evidence(found, "tls", "second_resumed").GetBoolean().Should().BeTrue();
        Evidence(found, "tls", "server_tls").GetString().Should().Be(Evidence(found, "tls", "session").GetString());
        Result(found, "half_close").Should().Be("passes", "close_notify ends one direction only");
    }

    [Fact(Timeout = 60_000)]
    public async Task Finds_out_about_UDP()
    {
        JsonElement found = await RunAsync(Programs.UdpClient, "path", "--loopback", "--json");
        Result(found, "addresses").Should().Be("same");
        Result(found, "datagrams").Should().Be("whole");

        await using ChildProcess nothing = await ChildProcess.RunAsync(Programs.UdpClient, "path", "-p", "1");
        (await nothing.ExitAsync()).Should().Be(5);
        nothing.Output.Text.Should().Contain("no process listens there");
    }

    private static async Task<JsonElement> RunAsync(string program, params string[] arguments)
    {
        await using ChildProcess path = await ChildProcess.RunAsync(program, arguments);
        (await path.ExitAsync()).Should().Be(0, path.Error.Text);
        return JsonDocument.Parse(path.Output.Text).RootElement;
    }

    private static JsonElement Finding(JsonElement found, string check) =>
        found.GetProperty("findings").EnumerateArray().Single(one => one.GetProperty("check").GetString() == check);

    private static string Result(JsonElement found, string check) => Finding(found, check).GetProperty("result").GetString()!;

    private static JsonElement Evidence(JsonElement found, string check, string name) =>
        Finding(found, check).GetProperty("evidence").GetProperty(name);

    private static string Verdict(JsonElement found) => found.GetProperty("verdict")[0].GetString()!;
}
