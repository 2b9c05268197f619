namespace CrCache.Specs;

/// <summary>Whom the connection string signs in: <c>{user}</c> and <c>{password}</c> of its template.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Password">The password; may be empty.</param>
public sealed record ServerAccount(string User, string Password);
