namespace SumSocket.Server.Tcp.Connection;

/// <summary>A request that is not answered with those around it: its answer has to wait, or reports about the connection. Only a
/// connection with such a request has one.</summary>
/// <param name="request">The request.</param>
/// <param name="probe">What it asks for beside the sum.</param>
internal sealed class HeldRequest(in Request request, RequestProbe probe) : Delayed
{
    /// <summary>The request. A field, so that it is passed without a copy.</summary>
    public readonly Request Request = request;

    /// <summary>What it asks for.</summary>
    public RequestProbe Probe => probe;

    /// <summary>The connection, from when it waits.</summary>
    public SumTcpConnection? Connection { get; set; }

    /// <summary>Bytes that were received behind it and are not looked at yet.</summary>
    public ReadOnlyMemory<byte> Rest { get; set; }

    /// <summary>When the connection was last checked for a peer that is gone, by the server's clock.</summary>
    public long Checked { get; set; }
}
