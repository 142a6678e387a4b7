using System.CommandLine;
using System.Net;
using FluentAssertions;
using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Cli.Options;
using SumSocket.Server.Tcp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Apps;

public class TcpServerCommandTests
{
    private readonly TcpServerCommand _command = new();

    [Fact]
    public void Means_the_defaults_of_the_library_when_nothing_is_given()
    {
        SumTcpServerOptions defaults = new();

        Bind("").Should().BeEquivalentTo(defaults);
    }

    [Fact]
    public void Passes_every_option_on()
    {
        SumTcpServerOptions options = Bind(
            "--timeout none --max-lifetime 30s+-10% --write-timeout 2s --max-connections 10k --max-connections-per-ip 7 --backlog 64 "
            + "--keep-alive 1m/5s/3 --user-timeout 9s --drain-timeout 500ms --drain-spread 300ms");

        options.Should().BeEquivalentTo(new SumTcpServerOptions
        {
            ReadTimeout = Timeout.InfiniteTimeSpan,
            MaxLifetime = TimeSpan.FromSeconds(30),
            MaxLifetimeJitter = 0.1,
            WriteTimeout = TimeSpan.FromSeconds(2),
            MaxConnections = 10_000,
            MaxConnectionsPerIp = 7,
            Backlog = 64,
            KeepAlive = new KeepAlive(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 3),
            UserTimeout = TimeSpan.FromSeconds(9),
            DrainTimeout = TimeSpan.FromMilliseconds(500),
            DrainSpread = TimeSpan.FromMilliseconds(300),
        });
    }

    [Theory]
    [InlineData("none")]
    [InlineData("0")]
    public void Reads_no_keep_alive(string text) => Bind($"--keep-alive {text}").KeepAlive.Should().BeNull();

    [Theory]
    [InlineData("15s/15s")]
    [InlineData("15s/15s/0")]
    [InlineData("15s/15s/128")]
    [InlineData("1.5s/15s/9")]
    [InlineData("none/15s/9")]
    [InlineData("15s/32768s/9")]
    [InlineData("15s/15s/9/9")]
    public void Refuses_a_keep_alive_the_kernel_would_not_take(string text) =>
        _command.Root.Parse($"--keep-alive {text}").Errors.Should().ContainSingle()
            .Which.Message.Should().StartWith($"--keep-alive: '{text}' is not a keep-alive setting: give");

    [Theory]
    [InlineData("1h", 1, 0)]
    [InlineData("1h+-0%", 1, 0)]
    [InlineData("1h+-2.5%", 1, 0.025)]
    [InlineData("2h+-90%", 2, 0.9)]
    public void Reads_a_lifetime(string text, double hours, double jitter)
    {
        SumTcpServerOptions options = Bind($"--max-lifetime {text}");
        (options.MaxLifetime.TotalHours, options.MaxLifetimeJitter).Should().Be((hours, jitter));
    }

    [Theory]
    [InlineData("1h+-91%")]
    [InlineData("1h+-100%")]
    [InlineData("1h+-10")]
    [InlineData("1h+-%")]
    [InlineData("1h+--5%")]
    [InlineData("1h+-5%+-5%")]
    [InlineData("1h+10%")]
    [InlineData("+-10%")]
    [InlineData("none+-10%")]
    [InlineData("1h+-NaN%")]
    public void Refuses_what_is_no_lifetime(string text) =>
        _command.Root.Parse($"--max-lifetime {text}").Errors.Should().ContainSingle()
            .Which.Message.Should().StartWith($"--max-lifetime: '{text}' is not a lifetime: give");

    [Theory]
    [InlineData("--drain-spread 11s", "10s")]
    [InlineData("--drain-spread 2s --drain-timeout 1s", "1s")]
    public void Refuses_a_spread_longer_than_the_drain(string arguments, string timeout) =>
        ((Action)(() => Bind(arguments))).Should().Throw<CommandFailedException>()
            .WithMessage($"--drain-spread: is longer than --drain-timeout, which is {timeout}: give less (see --help)")
            .Which.ExitCode.Should().Be(ExitCode.Usage);

    [Theory]
    [InlineData("--tls-cert a.pem", "--tls-cert: needs its key: give --tls-key")]
    [InlineData("--tls-key a.pem", "--tls-key: give --tls-cert too")]
    [InlineData("--tls-client-ca a.pem", "--tls-client-ca: needs TLS: give --tls-cert and --tls-key")]
    public void Refuses_half_of_TLS(string arguments, string message) =>
        _command.Root.Parse(arguments).Errors.Should().ContainSingle().Which.Message.Should().Be(message);

    [Fact]
    public async Task Takes_every_address_once_and_in_order()
    {
        IReadOnlyList<IPEndPoint> points = await AddressOptions.ResolveAsync(["::1", "127.0.0.1", "[::1]", "0.0.0.0"], 7, hasIPv6: true);

        points.Should().Equal(
            new IPEndPoint(IPAddress.IPv6Loopback, 7), new IPEndPoint(IPAddress.Loopback, 7), new IPEndPoint(IPAddress.Any, 7));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    public async Task Takes_an_empty_address_or_a_star_for_all_that_the_machine_has(string text)
    {
        (await AddressOptions.ResolveAsync([text], 7, hasIPv6: true)).Should().Equal(
            new IPEndPoint(IPAddress.Any, 7), new IPEndPoint(IPAddress.IPv6Any, 7));
        (await AddressOptions.ResolveAsync([text], 7, hasIPv6: false)).Should().Equal(new IPEndPoint(IPAddress.Any, 7));
    }

    [Fact]
    public async Task Cannot_listen_on_a_name_that_is_none()
    {
        Func<Task> resolve = () => AddressOptions.ResolveAsync(["no such host"], 7, hasIPv6: true);

        (await resolve.Should().ThrowAsync<CommandFailedException>()).Which.ExitCode.Should().Be(ExitCode.Unreachable);
    }

    [Theory]
    [InlineData("5656")]
    [InlineData("[::1]:7")]
    [InlineData("localhost:7")]
    public async Task Takes_no_port_for_an_address(string text)
    {
        Func<Task> resolve = () => AddressOptions.ResolveAsync([text], 7, hasIPv6: true);

        (await resolve.Should().ThrowAsync<CommandFailedException>()
            .WithMessage($"--ip: '{text}' is not an address: give an IPv4 or IPv6 address or a host name, and the port with --port"))
            .Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    private SumTcpServerOptions Bind(string arguments)
    {
        ParseResult parsed = _command.Root.Parse(arguments);
        parsed.Errors.Should().BeEmpty();
        return _command.Bind(parsed, new SumTcpServerOptions().EndPoints);
    }
}
