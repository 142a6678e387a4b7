namespace SumSocket.Capture.Decoding;

/// <summary>What a program did, in words.</summary>
internal static class ProgramWords
{
    /// <summary>Whether it is something else than data.</summary>
    public static bool IsNotable(in SocketEvent happened) =>
        happened.Action is not (SocketAction.Wrote or SocketAction.Received or SocketAction.Connects);

    public static string Of(in SocketEvent happened) => happened.Action switch
    {
        SocketAction.Connects => "connects",
        SocketAction.Connected => "is connected",
        SocketAction.ConnectFailed => $"cannot connect: {happened.Text}",
        SocketAction.Accepted => "accepted the connection",
        SocketAction.Wrote => $"wrote {Explanation.Bytes(happened.Bytes)}",
        SocketAction.Received => $"received {Explanation.Bytes(happened.Bytes)}",
        SocketAction.SawEnd => "saw the end of the other side",
        SocketAction.Failed => $"got an error: {happened.Text}",
        SocketAction.EndsSending => "ends its sending side (shutdown)",
        SocketAction.Resets => "asks for a reset (linger 0)",
        SocketAction.Closes => happened.Bytes > 0 ? $"closes, with {Explanation.Bytes(happened.Bytes)} unread" : "closes",
        _ => $"decides to end the connection: {Decision(happened.Text)}",
    };

    /// <summary>The reasons of the server's log that are deadlines, in words.</summary>
    private static string? Decision(string? reason) => reason switch
    {
        "idle_timeout" => "the read deadline passed (idle_timeout)",
        "read_timeout" => "the read deadline passed inside a message (read_timeout)",
        "write_timeout" => "the write deadline passed (write_timeout)",
        "max_lifetime" => "it has reached its greatest age (max_lifetime)",
        "no answer in time" => "the deadline of a request passed: no answer in time",
        _ => reason,
    };
}
