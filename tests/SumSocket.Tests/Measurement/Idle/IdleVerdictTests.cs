using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Idle;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Measurement.Idle;

public sealed class IdleVerdictTests
{
    private static readonly ServerKnowledge _server = new(IsReached: true) { Answers = true, KnowsPath = true, KnowsDelay = true };

    [Fact]
    public void Says_the_bracket_the_end_what_helps_and_which_hop_it_may_be()
    {
        SilenceSearch search = Search(SilenceBreaker.Client, 348, 352, SilenceEnd.RstOnByte);

        Verdict(search).Should().Equal(
            "Client first: a silent connection lives between 348 s and 352 s; then nothing shows until the next byte, which meets an RST "
            + "from something in between, not from the server.",
            "To keep it alive, send a request at least every 174 s.",
            "A limit such as that of AWS NLB, NAT gateway, Gateway LB, Network Firewall or Transit Gateway: 350 s.");
    }

    [Theory]
    [InlineData("Answered", "TCP keep-alive every 88 s kept it alive for 352 s: set its idle time to at most 174 s.")]
    [InlineData("Fin", "TCP keep-alive did not keep it alive, as with user-space proxies, which answer it themselves: "
        + "send a request at least every 174 s.")]
    public void Says_whether_keep_alive_helps(string end, string sentence)
    {
        SilenceSearch search = Search(SilenceBreaker.Client, 348, 352, SilenceEnd.NoAnswer);
        var alive = new SilenceSearch(Plan(348, 352), search);
        SilenceTry longest = alive.Next()[^1];
        alive.Add(new SilenceResult(longest, Enum.Parse<SilenceEnd>(end), end == "Fin" ? TimeSpan.FromSeconds(351) : longest.Silence));

        Verdict(search, alive).Should().Contain(sentence);
    }

    [Theory]
    [InlineData("Answered", "TCP keep-alive every 1 s kept it alive for 2 s: set its idle time to at most 1 s.")]
    [InlineData("NoAnswer", "TCP keep-alive did not help either: the path was down altogether, or forgets sooner than the shortest silence "
        + "that was tried. Begin with a shorter one (--for).")]
    public void Advises_nothing_that_cannot_be_set_or_did_not_help(string end, string sentence)
    {
        SilenceSearch search = Search(SilenceBreaker.Client, end == "Answered" ? 1.6 : 0, 2, SilenceEnd.NoAnswer);
        var alive = new SilenceSearch(Plan(1, 2), search);
        SilenceTry longest = alive.Next()[^1];
        alive.Add(new SilenceResult(longest, Enum.Parse<SilenceEnd>(end), longest.Silence));

        Verdict(search, alive).Should().Contain(sentence);
    }

    [Fact]
    public void Says_that_the_servers_bytes_vanish()
    {
        SilenceSearch search = Search(SilenceBreaker.Server, 30, 31, SilenceEnd.NoAnswer, SilenceEnd.RstOnByte);

        Verdict(search)[0].Should().Be(
            "Server first: a silent connection lives between 30 s and 31 s; then the server's bytes vanish and the client sees nothing; "
            + "a request of the client is then met by an RST.");
    }

    [Fact]
    public void Says_beforehand_and_afterwards_that_the_server_itself_is_the_limit()
    {
        var search = new SilenceSearch(Plan(1, 60), SilenceBreaker.Client, TimeSpan.FromSeconds(30));
        foreach (SilenceTry one in search.Next())
            search.Add(new SilenceResult(one, SilenceEnd.Answered, one.Silence));
        IdleFindings found = new(Plan(1, 60), _server with { ReadTimeout = TimeSpan.FromSeconds(30) }) { Searches = [search] };

        IdleVerdict.Of(found).Should().Equal(
            "Client first: a silence of 27 s is survived.",
            "Client first was not tried up to 60 s: the server closes after 30 s without a request (its --timeout). "
            + "Start it with --timeout none to find out.");
    }

    [Fact]
    public void A_limit_that_is_known_to_the_last_figure_is_one_figure()
    {
        var search = new SilenceSearch(Plan(2, 3), SilenceBreaker.Client);
        IReadOnlyList<SilenceTry> tries = search.Next();
        search.Add(new SilenceResult(tries[0], SilenceEnd.Answered, tries[0].Silence));
        search.Add(new SilenceResult(tries[1], SilenceEnd.Fin, TimeSpan.FromMilliseconds(2_001)));

        Verdict(search)[0].Should().StartWith("Client first: a silent connection lives for 2 s; then");
    }

    [Fact]
    public void Says_that_keep_alive_does_not_count_for_a_server_either_where_it_may_be_the_server()
    {
        SilenceSearch search = Search(SilenceBreaker.Client, 29, 30, SilenceEnd.RstOnByte);
        var alive = new SilenceSearch(Plan(29, 60), search);
        SilenceTry longest = alive.Next()[^1];
        alive.Add(new SilenceResult(longest, SilenceEnd.Fin, TimeSpan.FromSeconds(30)));
        IdleFindings found = new(Plan(1, 60), _server with { KnowsPath = false }) { Searches = [search, alive] };

        IdleVerdict.Of(found).Should().Contain(one => one.Contains("which answer it themselves, and servers: send a request"));
    }

    [Theory]
    [InlineData("idle_timeout", "Server")]
    [InlineData("peer_closed", "Path")]
    [InlineData(null, "Path")]
    public void The_server_says_who_ended_it(string? says, string by)
    {
        SilenceSearch search = Search(SilenceBreaker.Client, 19, 20, SilenceEnd.Fin);
        IdleFindings found = new(Plan(1, 60), _server)
        {
            Searches = [search],
            ServerSays = says is null ? new Dictionary<SilenceSearch, string>() : new Dictionary<SilenceSearch, string> { [search] = says },
        };

        found.Who(search).Should().Be(Enum.Parse<EndedBy>(by));
    }

    [Fact]
    public void A_server_that_reports_nothing_may_have_ended_it_itself()
    {
        SilenceSearch search = Search(SilenceBreaker.Client, 19, 20, SilenceEnd.Fin);

        new IdleFindings(Plan(1, 60), _server with { KnowsPath = false }).Who(search).Should().Be(EndedBy.PathOrServer);
        new IdleFindings(Plan(1, 60), _server with { ReadTimeout = TimeSpan.FromSeconds(20) }).Who(search).Should().Be(EndedBy.Server);
    }

    [Theory]
    [InlineData("Answered", true, "Answered")]
    [InlineData("Answered", false, "ServerEnded")]
    [InlineData("NoAnswer", true, "NoAnswer")]
    [InlineData("Ended", false, "Fin")]
    [InlineData("Ended", true, "FinOnByte")]
    [InlineData("EndedUnannounced", false, "Fin")]
    [InlineData("Reset", false, "Rst")]
    [InlineData("Reset", true, "RstOnByte")]
    [InlineData("Failed", true, "Failed")]
    [InlineData("Closed", false, "Stopped")]
    public void Each_result_of_a_connection_means_one_end(string outcome, bool isAsked, string end) =>
        SilenceEnds.Of(
            new ProbeResult(Enum.Parse<ProbeOutcome>(outcome), 0) { Response = new Response(11), Error = SocketError.TimedOut }, isAsked)
            .Should().Be(Enum.Parse<SilenceEnd>(end));

    [Theory]
    [InlineData(0.5, "500 ms")]
    [InlineData(1.95, "1.95 s")]
    [InlineData(19.77, "19.8 s")]
    [InlineData(352, "352 s")]
    [InlineData(600, "10 min")]
    [InlineData(3600, "1 h")]
    [InlineData(7440, "124 min")]
    public void Times_stay_apart(double seconds, string text) => IdleVerdict.Time(TimeSpan.FromSeconds(seconds)).Should().Be(text);

    [Fact]
    public void Hops_are_near_within_5_percent() =>
        KnownHop.Near(KnownHop.Tcp, TimeSpan.FromSeconds(590), TimeSpan.FromSeconds(620)).Select(hop => hop.Limit.TotalSeconds)
            .Should().Equal(600, 600);

    private static SilenceSearch Search(SilenceBreaker first, double lived, double died, SilenceEnd end, SilenceEnd? then = null)
    {
        var search = new SilenceSearch(Plan(lived > 0 ? lived : died, died), first); // 0: none lived
        IReadOnlyList<SilenceTry> tries = search.Next();
        if (lived > 0)
            search.Add(new SilenceResult(tries[0], SilenceEnd.Answered, tries[0].Silence));
        search.Add(new SilenceResult(tries[^1], end, tries[^1].Silence) { Then = then });
        return search;
    }

    private static IReadOnlyList<string> Verdict(params SilenceSearch[] searches) =>
        IdleVerdict.Of(new IdleFindings(Plan(1, 3600), _server) { Searches = searches, Hops = KnownHop.Tcp });

    private static IdlePlan Plan(double from, double to) => new() { From = TimeSpan.FromSeconds(from), To = TimeSpan.FromSeconds(to) };
}
