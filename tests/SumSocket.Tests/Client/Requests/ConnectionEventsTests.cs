using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Client;
using SumSocket.Client.Requests;
using Xunit;

namespace SumSocket.Tests.Client.Requests;

public sealed class ConnectionEventsTests : IDisposable
{
    private readonly LogRecorder _log = new(LogLevel.Debug);
    private readonly ConnectionEvents _events;
    private readonly List<ConnectionEventKind> _heard = [];

    public ConnectionEventsTests()
    {
        _log.OnEntry = _ => throw new IOException("disk full");
        _events = new ConnectionEvents(_log);
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_log_that_throws_keeps_no_event_from_its_handlers()
    {
        _events.Raised += happened => _heard.Add(happened.Kind);

        PostAll();
        _events.Deliver();

        _heard.Should().Equal(Enum.GetValues<ConnectionEventKind>());
        _log.Entries.Should().HaveCount(_heard.Count);
    }

    [Fact]
    public void A_log_that_throws_when_a_handler_has_thrown_does_not_end_the_delivery()
    {
        _events.Raised += happened =>
        {
            _heard.Add(happened.Kind);
            throw new InvalidOperationException("a bug of the handler");
        };

        PostAll();
        _events.Deliver();
        PostAll();
        _events.Deliver();

        _heard.Should().HaveCount(2 * Enum.GetValues<ConnectionEventKind>().Length);
    }

    private void PostAll()
    {
        foreach (ConnectionEventKind kind in Enum.GetValues<ConnectionEventKind>())
            _events.Post(new ConnectionEvent(kind, null, "in a few words"));
    }
}
