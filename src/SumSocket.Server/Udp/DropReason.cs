namespace SumSocket.Server.Udp;

/// <summary>Why a datagram was not answered.</summary>
public enum DropReason
{
    /// <summary>It was answered.</summary>
    None,

    /// <summary>It held no byte.</summary>
    Empty,

    /// <summary>It was longer than the contract allows.</summary>
    TooLong,

    /// <summary>It was not exactly one request with integer A and B.</summary>
    NotARequest,

    /// <summary>It came from port 0, where no process can listen, or from this server's own port: a forged sender.</summary>
    ForgedSender,

    /// <summary>Its answer would have been longer than the request.</summary>
    AnswerTooLong,

    /// <summary>The kernel would not send the answer: no route, a firewall, a broadcast address.</summary>
    SendFailed,
}
