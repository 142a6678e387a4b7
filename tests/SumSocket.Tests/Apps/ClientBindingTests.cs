using System.CommandLine;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Apps;
using SumSocket.Cli.Options;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Client.Udp;
using SumSocket.Commands;
using SumSocket.Commands.Bench;
using SumSocket.Commands.Ping;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Apps;

/// <summary>What the options of a client mean to the libraries.</summary>
public sealed class ClientBindingTests
{
    [Theory]
    [InlineData("-a -7 -b 5 -i 0.2s -c 10k -w 1m --timeout 3s --connect-timeout none --ip ::1 -p 7")]
    [InlineData("ping -a -7 -b 5 -i 0.2s -c 10k -w 1m --timeout 3s --connect-timeout none --ip ::1 -p 7")]
    [InlineData("-a -7 -b 5 -i 200ms -c 10000 --ip ::1 ping -w 60 --timeout 3s --connect-timeout 0 -p 7")]
    public void Takes_the_options_of_ping_in_front_of_it_behind_it_and_without_it(string arguments)
    {
        TcpClientProgram program = new();
        (ParseResult parsed, ConnectOptions connect, PingCommand ping) = Parse(program, arguments);

        parsed.Errors.Should().BeEmpty();
        ping.Bind(parsed).Should().Be(new PingOptions
        {
            A = -7,
            B = 5,
            Interval = TimeSpan.FromMilliseconds(200),
            Count = 10_000,
            Deadline = TimeSpan.FromMinutes(1),
        });
        program.Bind(connect.Bind(parsed, NullLoggerFactory.Instance)).Should().Be(new SumTcpClientOptions
        {
            Host = "::1",
            Port = 7,
            RequestTimeout = TimeSpan.FromSeconds(3),
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            VerifySums = true,
        });
    }

    [Theory]
    [InlineData("bench", null)]
    [InlineData("bench --requests-per-connection none", null)]
    [InlineData("bench --requests-per-connection 2k", 2_000)]
    public void A_bench_over_TCP_can_limit_the_requests_of_a_connection(string arguments, int? expected)
    {
        TcpClientProgram program = new();
        ConnectOptions connect = new(program);
        BenchCommand bench = new(connect);
        RootCommand root = [bench.Create()];
        ParseResult parsed = root.Parse(arguments.Split(' '));

        parsed.Errors.Should().BeEmpty();
        bench.Bind(parsed, TimeSpan.FromSeconds(1)).RequestsPerConnection.Should().Be(expected);
        ClientSettings settings = connect.Bind(parsed, NullLoggerFactory.Instance);
        program.Bind(settings with { RequestsPerConnection = expected }).RequestsPerConnection.Should().Be(expected);
    }

    [Theory]
    [InlineData("ping", "15s/15s/9")]
    [InlineData("ping --keep-alive none", "none")]
    [InlineData("ping --keep-alive 20s", "20s/20s/9")]
    [InlineData("--keep-alive 1m/5s/3", "1m/5s/3")]
    [InlineData("sum 7 4 --keep-alive 30", "30s/30s/9")]
    [InlineData("bench --keep-alive 0", "none")]
    [InlineData("storm --keep-alive 20s/5s/2", "20s/5s/2")]
    [InlineData("path --keep-alive 20s", "20s/20s/9")]
    public void Every_command_over_TCP_sets_keep_alive_as_servers_do(string arguments, string expected)
    {
        TcpClientProgram program = new();
        ParseResult parsed = ClientCommand.Create(program, []).Parse(arguments.Split(' '));

        parsed.Errors.Should().BeEmpty();
        SumTcpClientOptions options =
            program.Bind(new ClientSettings("localhost", 5656, TimeSpan.FromSeconds(1), parsed, NullLoggerFactory.Instance));
        new KeepAliveSetting(options.KeepAlive).ToString().Should().Be(expected);
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("--tls --tls-ca nowhere.pem")] // what the user trusts is for the user's server
    [InlineData("--tls --loopback")]
    public async Task A_warm_up_over_TLS_has_a_server_and_a_trust_of_its_own(string arguments)
    {
        TcpClientProgram program = new();
        ParseResult parsed = ClientCommand.Create(program, []).Parse(arguments.Split(' '));
        LoopbackServer own = program.StartServer(parsed, NullLoggerFactory.Instance, observer: null);
        await using IAsyncDisposable ownServer = own.Server;
        LoopbackServer warmUp = program.StartWarmUpServer(parsed, NullLoggerFactory.Instance)!;
        await using IAsyncDisposable warmUpServer = warmUp.Server;
        ClientSettings settings = new("127.0.0.1", own.EndPoint.Port, TestTimeout.Span, parsed, NullLoggerFactory.Instance);

        (await AskAsync(settings with { Port = warmUp.EndPoint.Port, IsWarmUp = true })).Should().Be(SumOutcome.Sum);
        (await AskAsync(settings)).Should().Be(SumOutcome.Sum);
        (await AskAsync(settings with { IsWarmUp = true })).Should().Be(SumOutcome.NotSent, "it trusts the other one");

        async Task<SumOutcome> AskAsync(ClientSettings server)
        {
            await using ISumClient client = program.CreateProbe(server);
            return (await client.SumAsync(7, 4, TestContext.Current.CancellationToken)).Outcome;
        }
    }

    [Fact]
    public void Pings_over_UDP_with_ten_workers_that_do_not_wait_for_lost_answers()
    {
        UdpClientProgram program = new();
        (ParseResult parsed, ConnectOptions connect, PingCommand ping) = Parse(program, "--no-id --timeout 2s");

        parsed.Errors.Should().BeEmpty();
        ping.Bind(parsed).Should().Be(new PingOptions { Workers = 10, Overlap = true, DistinctSums = true });
        program.Bind(connect.Bind(parsed, NullLoggerFactory.Instance)).Should().Be(
            new SumUdpClientOptions { RequestTimeout = TimeSpan.FromSeconds(2), UseIds = false, VerifySums = true });
    }

    [Theory]
    [InlineData(true, "bench", 1)]
    [InlineData(true, "bench --timeout 30s", 30)]
    [InlineData(true, "--timeout 2s bench", 2)]
    [InlineData(false, "bench", 30)]
    public void A_bench_over_UDP_waits_less_by_default_for_what_may_be_lost(bool isUdp, string arguments, int seconds)
    {
        ClientProgram program = isUdp ? new UdpClientProgram() : new TcpClientProgram();
        ConnectOptions connect = new(program);
        Command bench = new("bench");
        RootCommand root = [bench];
        connect.AddTo(root);
        connect.AddTo(bench);
        ParseResult parsed = root.Parse(arguments);

        parsed.Errors.Should().BeEmpty();
        connect.Bind(parsed, NullLoggerFactory.Instance).RequestTimeout.Should().Be(TimeSpan.FromSeconds(seconds));
    }

    private static (ParseResult Parsed, ConnectOptions Connect, PingCommand Ping) Parse(ClientProgram program, string arguments)
    {
        ConnectOptions connect = new(program);
        PingCommand ping = new(connect);
        RootCommand root = new();
        ping.AddTo(root);
        root.Add(ping.Create());
        return (root.Parse(arguments.Split(' ')), connect, ping);
    }
}
