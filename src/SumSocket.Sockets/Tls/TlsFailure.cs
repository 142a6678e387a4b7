using System.Security.Authentication;

namespace SumSocket.Sockets.Tls;

/// <summary>What a failed TLS operation means.</summary>
internal static class TlsFailure
{
    /// <summary>The failure of the transport below, if it was one, else <see cref="SocketErrors.TlsFailure"/>.</summary>
    public static SocketException ToSocketException(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return socket;
                case ObjectDisposedException:
                    return new SocketException((int)SocketError.OperationAborted);
            }
        }

        return new SocketException((int)SocketErrors.TlsFailure);
    }

    /// <summary>Why a handshake failed, in a few words.</summary>
    /// <param name="failure">What it threw.</param>
    /// <param name="transport">The transport on which it failed.</param>
    public static string Describe(Exception failure, TlsTransport transport)
    {
        if (failure is NotTlsException || failure.InnerException is NotTlsException)
            return $"not TLS: {transport.First.Name}";
        if (ToSocketException(failure).SocketErrorCode is var error && error != SocketErrors.TlsFailure)
            return SocketErrors.Describe(error);
        if (transport.HasEnded)
            return "closed by peer";
        string text = Innermost(failure);
        return text switch
        {
            _ when Has(text, "unsupported protocol", "no protocols available", "protocol version", "wrong version", "ProtocolVersion") =>
                "no version of TLS in common: 1.2 and 1.3 are spoken here",
            _ when Has(text, "no shared cipher", "handshake failure", "HandshakeFailure") => "no cipher in common, or no certificate",
            _ => text,
        };
    }

    /// <summary>OpenSSL's own words where there are any: <c>tlsv1 alert unknown ca</c>.</summary>
    private static string Innermost(Exception failure)
    {
        Exception last = failure;
        while (last.InnerException is { } inner)
            last = inner;
        string text = last is AuthenticationException || failure is not AuthenticationException ? last.Message : failure.Message;
        if (last.Message.Contains("SSL routines", StringComparison.Ordinal))
            text = last.Message[(last.Message.LastIndexOf(':') + 1)..];
        return text.Trim().TrimEnd('.');
    }

    private static bool Has(string text, params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
        {
            if (text.Contains(part, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
